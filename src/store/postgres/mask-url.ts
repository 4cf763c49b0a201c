/** A database URL without its password, for logs and messages. */
export function maskUrl(url: string): string {
  return url
    .replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1:***@")
    .replace(/(password=)[^&]*/gi, "$1***");
}
