/** What `process.versions` names that is no library in the runtime, with the reason. */
const noLibraries: Readonly<Record<string, string>> = {
  bun: "the runtime itself",
  node: "the version whose interfaces it has",
  openssl: "the version whose interfaces BoringSSL has",
  v8: "the version whose interfaces it has; it runs JavaScriptCore",
  uv: "the version whose interfaces it has",
  napi: "a version of an interface",
  modules: "a version of an interface",
  unicode: "the version of a standard, which ICU has",
  typescript: "the version of a language that it reads",
  zig: "the compiler that built it",
};

/** Names that their makers and vulnerability databases use, where the runtime's are others. */
const properNames: Readonly<Record<string, string>> = {
  ares: "c-ares",
  lolhtml: "lol-html",
  lshpack: "ls-hpack",
  webkit: "webkit-javascriptcore",
};

/**
 * The libraries that the runtime has inside, from what it says of itself (`process.versions`), as
 * components of CycloneDX. A version is a release, or the commit that was built.
 */
export function runtimeLibraries(versions: Readonly<Record<string, string | undefined>>): object[] {
  return Object.entries(versions)
    .flatMap(([key, version]) =>
      version && !(key in noLibraries) ? [[key, version] as const] : [],
    )
    .map(([key, version]) => ({ name: properNames[key] ?? key, version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version }) => {
      const purl = `pkg:generic/${name}@${version}`;
      return { type: "library", "bom-ref": purl, name, version, purl };
    });
}
