// One lab's package cache as a process of its own: it serves the hosts after the command that made them has ended.
// Arguments: address, port, directory, and the origins that are fetched by https.
import { packageCache } from "./package-cache.ts";

const [address, port, directory, ...httpsOrigins] = process.argv.slice(2);
if (!address || !port || !directory)
  throw new Error("usage: package-cache-daemon ADDRESS PORT DIRECTORY [ORIGIN...]");
packageCache({ directory, httpsOrigins }).listen(Number(port), address);
