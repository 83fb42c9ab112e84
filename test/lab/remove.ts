// Removes a directory tree, but never what is mounted into it: should a mount ever be left in a host's file system,
// this stops there with an error instead of emptying the machine's own /dev or /sys.
import { must } from "./command.ts";

export const removeTree = (path: string): Promise<string> =>
  must("rm", ["-rf", "--one-file-system", "--", path]);
