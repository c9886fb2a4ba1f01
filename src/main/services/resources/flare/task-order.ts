import { invalidResource } from '../invalid-resource.ts';
import type { WorkflowTask } from './schema.ts';

export interface OrderedTask {
  readonly task: WorkflowTask;
  /** Where it stands in the document: `workflow.dag[2]`. */
  readonly path: string;
  /** Names of all tasks that come before it, however far. */
  readonly before: ReadonlySet<string>;
}

/** The tasks so that each comes after those it depends on. Throws for unknown and repeated names, and for a cycle. */
export function orderTasks(dag: readonly WorkflowTask[]): OrderedTask[] {
  const places = new Map<string, number>();
  for (const [index, { name }] of dag.entries()) {
    if (places.has(name))
      throw invalidResource(`workflow.dag[${index}].name`, `There are two tasks named "${name}".`);
    places.set(name, index);
  }
  const ordered = new Map<string, OrderedTask>();
  for (const { name } of dag) visit(name, []);
  return [...ordered.values()];

  function visit(name: string, trail: readonly string[]): ReadonlySet<string> {
    const done = ordered.get(name);
    if (done) return done.before;
    const path = `workflow.dag[${places.get(name)}]`;
    if (trail.includes(name)) {
      const circle = [...trail.slice(trail.indexOf(name)), name].join(' -> ');
      throw invalidResource(
        `${path}.dependencies`,
        `The tasks depend on one another in a circle: ${circle}.`,
      );
    }
    const task = dag[places.get(name) ?? 0] as WorkflowTask;
    const before = new Set<string>();
    for (const [index, other] of task.dependencies.entries()) {
      if (!places.has(other))
        throw invalidResource(`${path}.dependencies[${index}]`, `There is no task named "${other}".`);
      for (const earlier of visit(other, [...trail, name])) before.add(earlier);
      before.add(other);
    }
    ordered.set(name, { task, path, before });
    return before;
  }
}
