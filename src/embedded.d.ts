declare module "*/trees.yaml" {
  const file: { trees: Record<string, { url: string }> };
  export default file;
}
