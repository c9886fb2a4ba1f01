/** The wire drawn under a place of the window, or undefined. Wires lie below the cards, so all layers are asked. */
export function wireUnder(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest('.react-flow__edge')?.getAttribute('data-id');
    if (id) return id;
  }
  return undefined;
}

/** The step drawn at a place of the window. */
export function stepUnder(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest('.react-flow__node')?.getAttribute('data-id');
    if (id) return id;
  }
  return undefined;
}

/** The wire that a card lies on: asked along the middle line of the card. */
export function wireUnderCard(card: DOMRect): string | undefined {
  const y = card.top + card.height / 2;
  for (const share of [0.5, 0.25, 0.75, 0.05, 0.95]) {
    for (const dy of [0, -card.height / 4, card.height / 4, -card.height / 2, card.height / 2]) {
      const wire = wireUnder(card.left + card.width * share, y + dy);
      if (wire) return wire;
    }
  }
  return undefined;
}
