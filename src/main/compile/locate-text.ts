import type { ConfigPath, NodePlan } from '../../shared/plan/relation.ts';
import { planExpressions, planFiles, planRelations } from '../../shared/plan/walk.ts';

interface PlacedText {
  readonly text: string;
  readonly path: ConfigPath;
}

/** The user's texts of a plan. */
export function placedTexts(plan: NodePlan): readonly PlacedText[] {
  const statements = planRelations(plan).flatMap((relation) => (relation.rel === 'sql' ? [relation] : []));
  return [...planExpressions(plan).map(({ scalar }) => scalar), ...statements].map(({ text, path }) => ({
    text: text.trim(),
    path,
  }));
}

/**
 * The config path of the text in which a byte offset of the SQL lies. Without an offset the only text of the plan, or
 * its only file, is meant; with several it stays open.
 */
export function placeInPlan(
  plan: NodePlan,
  sql: string,
  position: number | undefined,
): ConfigPath | undefined {
  const texts = placedTexts(plan);
  if (position !== undefined) {
    const at = Buffer.from(sql).subarray(0, position).toString().length;
    const found = texts.filter(({ text }) => covers(sql, text, at));
    // The longest one: `a` also lies within `a + b`.
    const [best] = found.sort((left, right) => right.text.length - left.text.length);
    if (best) return best.path;
  }
  const paths = [...texts.map(({ path }) => path), ...planFiles(plan).map((file) => file.configPath)];
  return new Set(paths.map((path) => JSON.stringify(path))).size === 1 ? paths[0] : undefined;
}

function covers(sql: string, text: string, at: number): boolean {
  for (let start = sql.indexOf(text); start >= 0 && start <= at; start = sql.indexOf(text, start + 1)) {
    if (at <= start + text.length) return true;
  }
  return false;
}
