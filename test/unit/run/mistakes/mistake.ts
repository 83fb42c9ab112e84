// What is refused before anything is contacted.

/** The only error that the files give. */
export type Mistake = readonly [title: string, files: Record<string, string>, told: RegExp];

/** A role with types, and a play that uses it. */
export const typedRole = {
  "roles/mail/role.yaml": [
    "description: mail",
    "variables:",
    "  mail_domain: {type: string, default: '{{ inventory_hostname }}'}",
    "  max_size: {type: integer, minimum: 1, default: 10}",
    "  port: {type: integer, default: 25}",
    "  mode: {enum: [acme, selfsigned], default: selfsigned}",
    "  owner_mail: {type: string, description: whom to write to}",
  ].join("\n"),
  "roles/mail/tasks/main.yaml": "- debug: {msg: '{{ mail_domain }} {{ max_size }}'}\n",
  "site.yaml": "- hosts: all\n  roles: [mail]\n",
};

/** A host that has all that the role needs. */
export const local = "ansible_connection: local, owner_mail: me@x";
