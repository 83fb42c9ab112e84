// The lab as tests, benchmarks and the demo use it.
export type { Acme, AcmeOptions } from "./acme.ts";
export { LabError } from "./error.ts";
export type { CommandOptions, Host, Snapshot } from "./host.ts";
export type { HostOptions, Lab } from "./lab.ts";
export { type LabOptions, openLab } from "./open.ts";
