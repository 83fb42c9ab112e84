// Where nunjucks differs from Jinja2 without a word: every row of that list means what it means to Ansible.

import assert from "node:assert/strict";
import { rendered } from "./given.ts";

const variables = {
  l: [1, 2, 3],
  empty: [],
  map: {},
  users: [
    { n: "a", ok: true },
    { n: "b", ok: false },
  ],
  nothing: null,
};

describe("as in Jinja2 and not as in nunjucks", () => {
  const cases: readonly [title: string, text: string, expected: string][] = [
    ["an empty list is false", "{% if empty %}yes{% else %}no{% endif %}", "no"],
    ["an empty mapping is false", "{{ 'yes' if map else 'no' }}", "no"],
    ["and, or give an operand", "{{ empty or 'x' }} {{ 0 and 'x' }}", "x 0"],
    [
      "a loop with a condition filters",
      "{% for x in l if x is odd %}{{ x }}{{ loop.last }} {% endfor %}",
      "1False 3True ",
    ],
    [
      "selectattr tests the value",
      "{{ users | selectattr('n', 'equalto', 'b') | map(attribute='n') | join }}",
      "b",
    ],
    [
      "lists are compared by content",
      "{{ [1] == [1] }} {{ [1] != [2] }} {{ [1] in [[1]] }}",
      "True True True",
    ],
    ["lists are joined by +", "{{ [1] + [2] }}", "[1, 2]"],
    ["set in a loop stays there", "{% set x = 0 %}{% for i in l %}{% set x = i %}{% endfor %}{{ x }}", "0"],
    ["true is True", "{{ true }} {{ [true, none] }}", "True [True, None]"],
    ["none is nothing", "[{{ none }}{{ nothing }}]", "[]"],
    ["a list is printed as Python does", "{{ ['a', 1] }} {{ {'a': [none]} }}", "['a', 1] {'a': [None]}"],
    ["l[-1] is the last item", "{{ l[-1] }} {{ l[1:] }}", "3 [2, 3]"],
    ["2.0 keeps its point", "{{ 2.0 }} {{ 4 / 2 }}", "2.0 2.0"],
    ["split without arguments splits at blanks", "{{ ' a  b '.split() }}", "['a', 'b']"],
    ["nothing is escaped", "{{ '<&>' }}", "<&>"],
    ["text and number are not equal", "{{ '1' == 1 }}", "False"],
    ["operators group from the left", "{{ 7 * 3 // 2 }} {{ 4 * 5 % 3 }}", "10 2"],
    ["a test binds closer than ==", "{{ 1 == 1 is number }}", "True"],
    ["comparisons can be chained", "{{ 1 < 3 < 2 }}", "False"],
    ["a backslash that escapes nothing stays", "{{ '\\d' | length }}", "2"],
    ["parentheses with a comma are a tuple", "{{ (1, 2) }}", "(1, 2)"],
    ["r/x is a division", "{% set r = 4 %}{{ r/2 }}", "2.0"],
    ["a newline after a comment goes", "{# c #}\nx", "x"],
    ["a newline after {% raw %} stays", "{% raw %}\nx{% endraw %}\ny", "\nxy"],
    ["braces may end with }}", "{{ {'a': {'b': 1}} }}", "{'a': {'b': 1}}"],
    ["a loop over a mapping gives its keys", "{% for k in {'a': 1} %}{{ k }}{% endfor %}", "a"],
    ["keys of a mapping are expressions", "{% set k = 'a' %}{{ {k: 1} }}", "{'a': 1}"],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => assert.equal(rendered(text, variables), expected));
  }

  const refused: readonly [title: string, text: string, message: RegExp][] = [
    ["an undefined name is an error", "{{ missing }}", /"missing" is undefined/],
    ["an undefined member is an error", "{{ map.missing }}", /"map.missing" is undefined/],
    ["an undefined condition is an error", "{% if missing %}{% endif %}", /"missing" is undefined/],
    ["an undefined list is an error", "{% for x in missing %}{% endfor %}", /"missing" is undefined/],
    ["an undefined part of a list is an error", "{{ [missing] }}", /"missing" is undefined/],
    ["text and number are not joined by +", "{{ 'a' + 1 }}", /"\+" cannot take a text and a number/],
    ["=== is not known", "{{ 1 === 1 }}", /"===" is not known/],
    ["{% switch %} is not known", "{% switch x %}{% endswitch %}", /{% switch %} is not supported/],
    ["{% elseif %} is not known", "{% if x %}{% elseif y %}{% endif %}", /{% elseif %} is not supported/],
  ];
  for (const [title, text, message] of refused) {
    it(title, () => assert.throws(() => rendered(text, variables), message));
  }
});
