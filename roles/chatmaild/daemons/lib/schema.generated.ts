// Made from roles/chatmaild/role.yaml by `npm run generate`. Do not edit.

// biome-ignore format: generated, and compared with what the generator writes
export default {
  "type": "object",
  "properties": {
    "mail_domain": {
      "type": "string",
      "default": "{{ inventory_hostname }}",
      "pattern": "^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
      "description": "The domain of the relay's addresses, in lower case, or its IPv4 address. A name that starts with an underscore is meant for tests and gets a self-signed certificate."
    },
    "mailboxes_dir": {
      "type": "string",
      "default": "/home/vmail/mail/{{ mail_domain }}",
      "pattern": "^/[^\\s]*[^/\\s]$",
      "description": "The directory that holds one directory per address, each with its messages and its password."
    },
    "passdb_path": {
      "type": "string",
      "default": "/home/vmail/passdb.sqlite",
      "pattern": "^/[^\\s']+$",
      "description": "Where a relay of before July 2024 has its passwords. If that file is there, accounts are made of it, and it is renamed."
    },
    "username_min_length": {
      "type": "integer",
      "default": 9,
      "minimum": 1,
      "maximum": 64,
      "description": "The shortest name, the part before the @, that a new address may have."
    },
    "username_max_length": {
      "type": "integer",
      "default": 9,
      "minimum": 1,
      "maximum": 64,
      "description": "The longest name, the part before the @, that a new address may have."
    },
    "password_min_length": {
      "type": "integer",
      "default": 9,
      "minimum": 1,
      "description": "The fewest characters that the password of a new address may have."
    },
    "max_load_1m": {
      "type": "number",
      "default": 5,
      "minimum": 0,
      "description": "While the load average of the last minute is above this, no address is created. Existing ones are not affected."
    },
    "min_available_memory": {
      "type": "string",
      "default": "200M",
      "pattern": "^[0-9]+([MG]B?)?$",
      "description": "While less memory than this is available, no address is created. A bare number counts megabytes."
    },
    "min_free_disk_space": {
      "type": "string",
      "default": "1G",
      "pattern": "^[0-9]+([MG]B?)?$",
      "description": "While the disk of the mailboxes has less free space than this, no address is created. A bare number counts megabytes."
    },
    "max_user_send_per_minute": {
      "type": "integer",
      "default": 60,
      "minimum": 1,
      "description": "How many messages an address may send per minute on average."
    },
    "max_user_send_burst_size": {
      "type": "integer",
      "default": 10,
      "minimum": 1,
      "description": "How many messages an address may send at once before the rate per minute holds it back."
    },
    "max_message_size": {
      "type": "integer",
      "default": 31457280,
      "minimum": 1024,
      "description": "The largest message in bytes, headers and encoding included."
    },
    "max_mailbox_size": {
      "type": "string",
      "default": "500M",
      "pattern": "^[0-9]+([MG]B?)?$",
      "description": "How much mail an address may keep on the relay. A bare number counts megabytes."
    },
    "delete_mails_after": {
      "type": "integer",
      "default": 20,
      "minimum": 1,
      "description": "Messages are deleted after this many days, read or not."
    },
    "delete_large_after": {
      "type": "integer",
      "default": 7,
      "minimum": 1,
      "description": "Messages above 200 kB that a client has seen are deleted after this many days."
    },
    "delete_inactive_users_after": {
      "type": "integer",
      "default": 90,
      "minimum": 1,
      "description": "An address with all its mail is deleted after this many days without a login."
    },
    "max_imap_connections": {
      "type": "integer",
      "default": 10000,
      "minimum": 1,
      "description": "How many IMAP sessions the relay serves at the same time."
    },
    "max_smtp_connections": {
      "type": "integer",
      "default": 1000,
      "minimum": 5,
      "description": "How many clients may submit mail at the same time on each submission port. One client address gets a fifth of them."
    },
    "imap_rawlog": {
      "type": "boolean",
      "default": false,
      "description": "Write the IMAP traffic of every session into the mailbox. For finding faults only, since it records what users do."
    },
    "imap_compress": {
      "type": "boolean",
      "default": false,
      "description": "Offer IMAP compression."
    },
    "disable_ipv6": {
      "type": "boolean",
      "default": false,
      "description": "Use IPv4 only, for servers without working IPv6."
    },
    "filtermail_smtp_port": {
      "type": "integer",
      "default": 10080,
      "minimum": 1,
      "maximum": 65535,
      "description": "The local port on which filtermail checks mail that users send."
    },
    "filtermail_smtp_port_incoming": {
      "type": "integer",
      "default": 10081,
      "minimum": 1,
      "maximum": 65535,
      "description": "The local port on which filtermail checks mail from other relays."
    },
    "postfix_reinject_port": {
      "type": "integer",
      "default": 10025,
      "minimum": 1,
      "maximum": 65535,
      "description": "The local port on which Postfix takes back mail that users sent, after the check."
    },
    "postfix_reinject_port_incoming": {
      "type": "integer",
      "default": 10026,
      "minimum": 1,
      "maximum": 65535,
      "description": "The local port on which Postfix takes back mail from other relays, after the check."
    },
    "doveauth_http_port": {
      "type": "integer",
      "default": 0,
      "minimum": 0,
      "maximum": 65535,
      "description": "The local port on which doveauth creates addresses for Dovecot 2.4. With 0 there is none."
    },
    "metadata_event_port": {
      "type": "integer",
      "default": 10084,
      "minimum": 1,
      "maximum": 65535,
      "description": "The local port on which metadata is told by Dovecot that it has put a client to sleep."
    },
    "notification_url": {
      "type": "string",
      "default": "https://notifications.delta.chat/notify",
      "pattern": "^https?://[^\\s]+$",
      "description": "Where devices are woken: a service that knows how to reach those of each maker, and is told nothing but the token that the device has given the relay."
    },
    "iroh_relay": {
      "type": "string",
      "default": "",
      "pattern": "^(https?://[^\\s]+)?$",
      "description": "An iroh relay that apps are told to use for what they do together in real time. Without one they ask their own."
    },
    "app_versions": {
      "type": "string",
      "default": "",
      "description": "What apps are told of their newest versions, as JSON: `'{\"android\": \"2.1\"}'`. Without it they are told nothing."
    },
    "turn_socket_path": {
      "type": "string",
      "default": "/run/chatmail-turn/turn.socket",
      "pattern": "^/[^\\s]+$",
      "description": "Where credentials of the TURN server are to be had, which apps need for calls. Nobody there means that apps are told of none."
    },
    "privacy_postal": {
      "type": "string",
      "default": "",
      "description": "The operator's name and postal address, for the privacy page."
    },
    "privacy_mail": {
      "type": "string",
      "default": "",
      "description": "The operator's contact address, for the privacy page and for IMAP clients that ask who runs the relay."
    },
    "privacy_pdo": {
      "type": "string",
      "default": "",
      "description": "The data protection officer's name and address, for the privacy page."
    },
    "privacy_supervisor": {
      "type": "string",
      "default": "",
      "description": "The supervising authority for data protection, for the privacy page."
    }
  },
  "required": [
    "mail_domain",
    "mailboxes_dir",
    "passdb_path",
    "username_min_length",
    "username_max_length",
    "password_min_length",
    "max_load_1m",
    "min_available_memory",
    "min_free_disk_space",
    "max_user_send_per_minute",
    "max_user_send_burst_size",
    "max_message_size",
    "max_mailbox_size",
    "delete_mails_after",
    "delete_large_after",
    "delete_inactive_users_after",
    "max_imap_connections",
    "max_smtp_connections",
    "imap_rawlog",
    "imap_compress",
    "disable_ipv6",
    "filtermail_smtp_port",
    "filtermail_smtp_port_incoming",
    "postfix_reinject_port",
    "postfix_reinject_port_incoming",
    "doveauth_http_port",
    "metadata_event_port",
    "notification_url",
    "iroh_relay",
    "app_versions",
    "turn_socket_path",
    "privacy_postal",
    "privacy_mail",
    "privacy_pdo",
    "privacy_supervisor"
  ]
} as const;
