// What goes wrong in the lab, in words for the person at the terminal: what happened and what to do about it.
export class LabError extends Error {
  override readonly name = "LabError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(hint ? `${message}\n  ${hint}` : message);
    this.hint = hint;
  }
}
