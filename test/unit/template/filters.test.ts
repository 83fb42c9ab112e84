// One line for every filter: an expression and its value.

import assert from "node:assert/strict";
import { allFilters } from "../../../runner/template/index.ts";
import { evaluated } from "./given.ts";

const users = [
  { name: "bob", age: 5, keys: ["k1", "k2"] },
  { name: "Al", age: 3, keys: [] },
];

const cases: Readonly<Record<string, readonly [expression: string, expected: unknown]>> = {
  default: ["missing | default('x')", "x"],
  d: ["'' | d('x', true)", "x"],
  mandatory: ["1 | mandatory", 1],
  ternary: ["[] | ternary('yes', 'no')", "no"],
  bool: ["['yes', 'On', '1', 1, 'no', 'other'] | map('bool')", [true, true, true, true, false, false]],
  int: ["'42' | int + ('x' | int(7))", 49],
  float: ["'1.5' | float", 1.5],
  string: ["12 | string", "12"],
  safe: ["'<a>' | safe", "<a>"],
  type_debug: [
    "[1, 1.0, 'a', [], {}, none, true] | map('type_debug') | join(' ')",
    "int float str list dict NoneType bool",
  ],
  attr: ["('abc' | attr('upper'))()", "ABC"],
  extract: ["['a', 'b'] | map('extract', {'a': 1, 'b': 2})", [1, 2]],
  upper: ["'aé' | upper", "AÉ"],
  lower: ["'AÉ' | lower", "aé"],
  capitalize: ["'hello World' | capitalize", "Hello world"],
  title: ["'hello my-World' | title", "Hello My-World"],
  trim: ["'  x ' | trim", "x"],
  replace: ["'aaa' | replace('a', 'b', 2)", "bba"],
  split: ["'a,b' | split(',')", ["a", "b"]],
  join: ["[1, 2] | join('-')", "1-2"],
  format: ["'%s=%03d' | format('a', 5)", "a=005"],
  quote: ['"it\'s" | quote', `'it'"'"'s'`],
  escape: ["'<&>' | escape", "&lt;&amp;&gt;"],
  e: ["'\"' | e", "&#34;"],
  forceescape: ["'<' | forceescape", "&lt;"],
  striptags: ["'<b>a</b>  b' | striptags", "a b"],
  urlencode: ["'a b/ü' | urlencode", "a%20b/%C3%BC"],
  urldecode: ["'a%20b%C3%BC+c' | urldecode", "a bü c"],
  b64encode: ["'ü' | b64encode", "w7w="],
  b64decode: ["'w7w=' | b64decode", "ü"],
  hash: ["'x' | hash('sha256')", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
  password_hash: [
    "'x' | password_hash('sha256', 'saltsalt')",
    "$5$saltsalt$hcyDOxdIg0p3xyqtpHh/v8Ph.am06tQaovp1KpEklb7",
  ],
  checksum: ["'x' | checksum", "11f6ad8ec52a2984abaafd7c3b516503785c2072"],
  sha1: ["'x' | sha1", "11f6ad8ec52a2984abaafd7c3b516503785c2072"],
  md5: ["'x' | md5", "9dd4e461268c8034f5c8564e155c67a6"],
  to_uuid: ["'x' | to_uuid('6ba7b810-9dad-11d1-80b4-00c04fd430c8')", "05b16a01-46c6-56dd-bd6e-c6dfb4a1427a"],
  wordcount: ["'a b, c' | wordcount", 3],
  truncate: ["'hello big world' | truncate(11, leeway=0)", "hello..."],
  indent: ["'a\nb' | indent(2)", "a\n  b"],
  center: ["'x' | center(5)", "  x  "],
  wordwrap: ["'aa bb cc' | wordwrap(5)", "aa bb\ncc"],
  comment: ["'a\nb' | comment", "#\n# a\n# b\n#"],
  regex_replace: ["'a1' | regex_replace('([a-z])([0-9])', '\\2\\1')", "1a"],
  regex_search: ["'key=value' | regex_search('=(.+)', '\\1')", ["value"]],
  regex_findall: ["'a1b2' | regex_findall('[0-9]')", ["1", "2"]],
  regex_escape: ["'a.b' | regex_escape", "a\\.b"],
  abs: ["-3 | abs", 3],
  random: [
    "[60 | random(seed='one'), 100 | random(1, 10, seed='x'), ['a', 'b', 'c'] | random(seed='x')]",
    [53, 51, "c"],
  ],
  shuffle: ["[1, 2, 3, 4, 5] | shuffle(seed='x')", [5, 2, 1, 4, 3]],
  strftime: [
    "'%a %e %b %Y %I:%M:%S %p %j %U %W %u %F %T %s%%' | strftime(1234567890, utc=true)",
    "Fri 13 Feb 2009 11:31:30 PM 044 06 06 5 2009-02-13 23:31:30 1234567890%",
  ],
  round: ["2.5 | round", 2],
  log: ["100 | log(10)", 2],
  pow: ["2 | pow(3)", 8],
  root: ["9 | root", 3],
  human_readable: ["1572864 | human_readable", "1.50 MB"],
  human_to_bytes: ["'1.5M' | human_to_bytes", 1572864],
  filesizeformat: ["13000 | filesizeformat", "13.0 kB"],
  list: ["'ab' | list", ["a", "b"]],
  length: ["'a😀' | length", 2],
  count: ["{'a': 1} | count", 1],
  first: ["[1, 2] | first", 1],
  last: ["[1, 2] | last", 2],
  reverse: ["[1, 2] | reverse", [2, 1]],
  sort: ["['b', 'A', 'c'] | sort", ["A", "b", "c"]],
  unique: ["['a', 'A', 'b'] | unique", ["a", "b"]],
  min: ["[3, 1] | min", 1],
  max: ["users | max(attribute='age')", users[0]],
  sum: ["users | sum(attribute='age')", 8],
  flatten: ["[1, [2, [3, none]]] | flatten", [1, 2, 3]],
  batch: [
    "[1, 2, 3] | batch(2, 0)",
    [
      [1, 2],
      [3, 0],
    ],
  ],
  slice: ["[1, 2, 3] | slice(2)", [[1, 2], [3]]],
  groupby: ["users | groupby('age') | map(attribute='grouper')", [3, 5]],
  zip: [
    "[1, 2] | zip(['a', 'b'])",
    [
      [1, "a"],
      [2, "b"],
    ],
  ],
  zip_longest: [
    "[1] | zip_longest([2, 3], fillvalue=0)",
    [
      [1, 2],
      [0, 3],
    ],
  ],
  product: [
    "[1, 2] | product([3])",
    [
      [1, 3],
      [2, 3],
    ],
  ],
  combinations: [
    "[1, 2, 3] | combinations(2)",
    [
      [1, 2],
      [1, 3],
      [2, 3],
    ],
  ],
  permutations: [
    "[1, 2] | permutations",
    [
      [1, 2],
      [2, 1],
    ],
  ],
  map: ["users | map(attribute='name') | map('upper')", ["BOB", "AL"]],
  select: ["[1, 2, 3] | select('odd')", [1, 3]],
  reject: ["[1, 2, 3] | reject('greaterthan', 1)", [1]],
  selectattr: ["users | selectattr('name', 'equalto', 'Al') | map(attribute='age')", [3]],
  rejectattr: ["users | rejectattr('keys') | map(attribute='name')", ["Al"]],
  union: ["[1, 2] | union([2, 3])", [1, 2, 3]],
  intersect: ["[1, 2] | intersect([2, 3])", [2]],
  difference: ["[1, 2] | difference([2, 3])", [1]],
  symmetric_difference: ["[1, 2] | symmetric_difference([2, 3])", [1, 3]],
  items: ["{'a': 1} | items", [["a", 1]]],
  dict2items: ["{'a': 1} | dict2items", [{ key: "a", value: 1 }]],
  items2dict: ["[{'key': 'a', 'value': 1}] | items2dict", { a: 1 }],
  dictsort: [
    "{'b': 1, 'a': 2} | dictsort",
    [
      ["a", 2],
      ["b", 1],
    ],
  ],
  combine: ["{'a': {'x': 1}} | combine({'a': {'y': 2}}, recursive=true)", { a: { x: 1, y: 2 } }],
  subelements: ["users | subelements('keys') | map('last')", ["k1", "k2"]],
  rekey_on_member: ["[{'n': 'a', 'v': 1}] | rekey_on_member('n')", { a: { n: "a", v: 1 } }],
  to_json: ["{'b': [1, 2.0, none, true], 'a': 'ü'} | to_json", '{"b": [1, 2.0, null, true], "a": "\\u00fc"}'],
  to_nice_json: ["{'b': [], 'a': 1} | to_nice_json", '{\n    "a": 1,\n    "b": []\n}'],
  tojson: ["{'b': '<', 'a': 1} | tojson", '{"a": 1, "b": "\\u003c"}'],
  from_json: ["'{\"a\": [1, null]}' | from_json", { a: [1, null] }],
  to_yaml: ["{'a': [1, 'yes'], 'b': {'c': 1.0}} | to_yaml", "a: [1, 'yes']\nb: {c: 1.0}\n"],
  to_nice_yaml: ["{'a': [1, 'yes']} | to_nice_yaml", "a:\n- 1\n- 'yes'\n"],
  from_yaml: ["'a: [yes, 0644]' | from_yaml", { a: [true, 420] }],
  basename: ["'/etc/a.conf' | basename", "a.conf"],
  dirname: ["'/etc/a.conf' | dirname", "/etc"],
  splitext: ["'a.tar.gz' | splitext", ["a.tar", ".gz"]],
  path_join: ["['/etc', 'a', 'b'] | path_join", "/etc/a/b"],
  relpath: ["'/etc/a' | relpath('/etc/b')", "../a"],
  normpath: ["'/etc//a/../b/' | normpath", "/etc/b"],
  urlsplit: ["'https://u:p@Host.org:8443/p?q#f' | urlsplit('hostname')", "host.org"],
};

describe("numbers as text", () => {
  for (const [expression, expected] of [
    ["'%.1f' | format(2.25)", "2.2"],
    ["'%.1f' | format(-2.25)", "-2.2"],
    ["-0.004 | human_readable", "-0.00 Bytes"],
    ["2.675 | round(2)", 2.67],
    ["-1250 | round(-2)", -1200],
    ["'%g' | format(1234565)", "1.23456e+06"],
  ] as const) {
    it(`round half to even on the exact value: ${expression}`, () =>
      assert.equal(evaluated(expression), expected));
  }
});

describe("the filter", () => {
  for (const { name, aliases = [], doc } of allFilters) {
    for (const each of [name, ...aliases]) {
      const [expression, expected] = cases[each] ?? ["missing test", undefined];
      it(`${each} gives ${JSON.stringify(expected)} for ${expression}`, () => {
        assert.deepEqual(evaluated(expression, { users }), expected);
        assert.match(doc, /^[A-Z].*\.$/);
      });
    }
  }
});
