"""Ansible callback: each result as a line of JSON, for capture.ts."""

import json

from ansible.plugins.callback import CallbackBase
from ansible.playbook.handler import Handler


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "record"

    def __init__(self):
        super().__init__()
        self.items = {}

    def say(self, **what):
        print("@" + json.dumps(what, default=str), flush=True)

    def item(self, result, status):
        self.items.setdefault((result._host.name, result._task._uuid), []).append(status)

    def task(self, result, status):
        task = result._task
        host = result._host.name
        items = self.items.pop((host, task._uuid), None)
        if status == "failed" and (task.ignore_errors is True or getattr(self, "ignoring", False)):
            status = "ignored"
        self.say(
            host=host,
            role=task._role.get_name() if task._role else None,
            task=(task.name or task.action).strip(),
            module=task.action,
            kind="handler" if isinstance(task, Handler) else "task",
            status=status,
            items=items,
            message=str(result._result.get("msg", "")),
        )

    def v2_runner_on_ok(self, result):
        self.task(result, "changed" if result._result.get("changed") else "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.ignoring = ignore_errors
        self.task(result, "failed")
        self.ignoring = False

    def v2_runner_on_skipped(self, result):
        self.task(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self.task(result, "unreachable")

    def v2_runner_item_on_ok(self, result):
        self.item(result, "changed" if result._result.get("changed") else "ok")

    def v2_runner_item_on_failed(self, result):
        self.item(result, "failed")

    def v2_runner_item_on_skipped(self, result):
        self.item(result, "skipped")

    def v2_playbook_on_stats(self, stats):
        for host in stats.processed:
            self.say(recap=host, counts=stats.summarize(host) | {"failed": stats.summarize(host)["failures"]})
