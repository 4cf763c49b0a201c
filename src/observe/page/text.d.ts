/** Files that are imported with `{ type: "text" }`: the binary holds them as strings. */
declare module "*.css" {
  const text: string;
  export = text;
}

declare module "*.svg" {
  const text: string;
  export = text;
}
