// The few parts of Eleventy's programming interface that webdev.ts uses; the package has no types of its own.

declare module "@11ty/eleventy" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  interface Configuration {
    addGlobalData(name: string, value: unknown): void;
    setServerOptions(options: {
      readonly middleware: readonly ((
        request: IncomingMessage,
        response: ServerResponse,
        next: () => void,
      ) => void)[];
    }): void;
  }

  export default class Eleventy {
    constructor(
      input: undefined,
      output: string,
      options: {
        readonly source: "script";
        readonly runMode: "serve";
        readonly quietMode: boolean;
        readonly configPath: string | undefined;
        readonly config: (configuration: Configuration) => void;
      },
    );
    readonly directories: { freeze(): void };
    init(): Promise<void>;
    watch(): Promise<void>;
    serve(port: number): Promise<void>;
    stopWatch(): Promise<void>;
  }
}
