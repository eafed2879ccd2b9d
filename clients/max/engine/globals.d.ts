/** What Max gives to a script of node.script. */
declare module "max-api" {
  const maxApi: {
    addHandler(name: string, handler: (...values: (string | number)[]) => void): void;
    outlet(...message: (string | number)[]): Promise<void>;
  };
  export default maxApi;
}
