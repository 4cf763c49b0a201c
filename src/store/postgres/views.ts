import type { TransactionSql } from "postgres";
import { md5Of } from "../../rows/md5.ts";
import { type SqlView, views } from "../views.ts";

/** The comment of each view that is ours begins so, and so it may be made anew. */
const mark = "made by kci-ingester migrate --views, ";

/** What came of the views, by their names. */
export interface MadeViews {
  made: string[];
  /** What has the name of one and is not ours: it stays. */
  others: string[];
}

/** Makes the views that are missing or of a former version. */
export async function makeViews(sql: TransactionSql): Promise<MadeViews> {
  // Whoever reads a view that is made anew is waited for, and others wait behind this.
  await sql.unsafe("set local lock_timeout = '3s'");
  const found = await sql.unsafe<{ name: string; kind: string; comment: string | null }[]>(
    `select name, relkind as kind, obj_description(oid, 'pg_class') as comment
    from unnest(string_to_array($1, ',')) as name join pg_class on oid = to_regclass(name)`,
    [views.map(({ name }) => name).join(",")],
  );
  const isOurs = ({ kind, comment }: { kind: string; comment: string | null }) =>
    kind === "v" && (comment?.startsWith(mark) ?? false);
  const others = found.filter((one) => !isOurs(one)).map(({ name }) => name);
  const comments = new Map(found.filter(isOurs).map(({ name, comment }) => [name, comment]));
  const wanted = views.filter(({ name }) => !others.includes(name));
  if (wanted.every((view) => comments.get(view.name) === commentOf(view))) {
    return { made: [], others };
  }
  // All anew: some are made of others. One that somebody has built on is not dropped, but told of.
  for (const { name } of wanted.toReversed()) {
    if (comments.has(name)) await sql.unsafe(`drop view ${name}`);
  }
  for (const view of wanted) {
    await sql.unsafe(`create view ${view.name} as ${view.select}`);
    await sql.unsafe(`comment on view ${view.name} is '${commentOf(view)}'`);
  }
  return { made: wanted.map(({ name }) => name), others };
}

// --- internal ---

function commentOf({ select }: SqlView): string {
  return mark + md5Of([select]);
}
