// Tags: what closes them, and which are refused although Jinja2 or nunjucks have them.

export const CLOSED_BY: { readonly [tag: string]: string } = {
  if: "endif",
  for: "endfor",
  block: "endblock",
  macro: "endmacro",
  call: "endcall",
  filter: "endfilter",
  set: "endset",
  with: "endwith",
};

export const REFUSED: { readonly [tag: string]: string } = {
  do: "use {% set _ = ... %}",
  break: "use a condition: {% for x in list if ... %}",
  continue: "use {% if %} or {% for x in list if ... %}",
  autoescape: "nothing is escaped unless the filter e is used",
  trans: "write the text itself",
  debug: "use the module debug",
  verbatim: "use {% raw %}",
  switch: "use {% if %} and {% elif %}",
  asyncEach: "use {% for %}",
  asyncAll: "use {% for %}",
  ifAsync: "use {% if %}",
  elseif: "use {% elif %}",
};
