// All kinds of facts. A plan can know of a host what is listed here and nothing else.

export { type GroupAccount, groupAccount, type UserAccount, userAccount } from "./account.ts";
export { aptCandidate, type Candidate } from "./candidate.ts";
export { ancestorsOf, baseName, cleanPath, joinPath, parentOf } from "./clean-path.ts";
export { CONTENT_LIMIT, DIFF_LIMIT, type FileContent, fileContent, shownContent } from "./content.ts";
export { type DnsAnswer, type DnsQuestion, dnsAnswer } from "./dns.ts";
export {
  defineFact,
  type Fact,
  type FactKind,
  type Foreseen,
  foresee,
  type State,
  type Subject,
  touches,
} from "./fact.ts";
export { globExists } from "./glob.ts";
export { type Algorithm, type FileHash, fileHash } from "./hash.ts";
export { type Identity, identity } from "./identity.ts";
export { type Inode, inode } from "./inode.ts";
export { type AptLists, aptLists, JUST_FETCHED } from "./lists.ts";
export { MACHINE_FACTS, type MachineFacts, machineFacts } from "./machine.ts";
export { type PackageState, packageState } from "./package.ts";
export {
  ABSENT,
  type Attributes,
  type FileType,
  followed,
  type PathState,
  type Place,
  pathState,
} from "./path.ts";
export { type Tree, type TreeEntry, tree } from "./tree.ts";
export { type UnitState, unitName, unitState } from "./unit.ts";
