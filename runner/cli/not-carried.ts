// Options that users of Ansible may try and that there are not here: what to do in their place, once (options.ts tells it).

/** Options of ansible-playbook that people may try, and what stands in their place here. */
export const notCarried: Readonly<Record<string, string>> = {
  become: "write `become: true` in the play",
  b: "write `become: true` in the play",
  "become-user": "write `become_user` in the play",
  "vault-id": "give its password by --vault-password-file; labels are not needed",
  "vault-pass-file": "it is called --vault-password-file here",
  "ask-vault-password": "it is called --ask-vault-pass here",
  "become-pass-file": "it is called --become-password-file here",
  "ask-pass": "log in with a key or an agent",
  k: "log in with a key or an agent",
  connection: "set `ansible_connection` in the inventory",
  c: "set `ansible_connection` in the inventory",
  "key-file": "it is called --private-key here",
};
