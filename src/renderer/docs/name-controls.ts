/** What each control is for, where Swagger UI gives it no name that is spoken. */
const names: readonly (readonly [selector: string, name: (control: Element) => string])[] = [
  ['.examples-select-element', () => 'Example'],
  ['.body-param__text', () => 'Request body'],
  ['[data-param-name] :is(input, select, textarea)', (control) => parameterOf(control)],
];

/** Gives names to the controls that are there and to those that come. Answers how to stop. */
export function nameControls(place: HTMLElement): () => void {
  const name = (): void => {
    for (const [selector, nameOf] of names) {
      for (const control of place.querySelectorAll(`${selector}:not([aria-label])`)) {
        control.setAttribute('aria-label', nameOf(control));
      }
    }
  };
  const observer = new MutationObserver(name);
  observer.observe(place, { childList: true, subtree: true });
  name();
  return () => observer.disconnect();
}

const parameterOf = (control: Element): string =>
  control.closest('[data-param-name]')?.getAttribute('data-param-name') ?? 'Parameter';
