// A bare TCP relay: what it costs to hand bytes on without looking at them. Arguments: the port to listen on, the port
// of the sink.

import { connect, createServer } from "node:net";

const [listen, sink] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true }, (client) => {
  const next = connect({ port: sink!, host: "127.0.0.1", noDelay: true });
  client.pipe(next).pipe(client);
  client.on("error", () => next.destroy());
  next.on("error", () => client.destroy());
});
server.listen({ port: listen, host: "127.0.0.1", backlog: 1000 }, () => console.error("entering loop"));
