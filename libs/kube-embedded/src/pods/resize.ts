import type { Container, Pod } from '@tidegate/kube';

/** Containers whose changed resources count only after a restart, as their resizePolicy says. Pure. */
export function restartsByResize(before: Pod, now: Pod): string[] {
  const old = new Map((before.spec?.containers ?? []).map((container) => [container.name, container]));
  return (now.spec?.containers ?? []).filter((container) => needsRestart(old.get(container.name), container)).map(({ name }) => name);
}

function needsRestart(before: Container | undefined, now: Container): boolean {
  if (!before) return false;
  return (now.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (before.resources?.requests?.[resourceName] !== now.resources?.requests?.[resourceName] ||
        before.resources?.limits?.[resourceName] !== now.resources?.limits?.[resourceName]),
  );
}
