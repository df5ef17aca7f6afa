/** Moves the focus from a link or button of a list to that of the next item, or of the one before. */
export function focusNeighbour(event: KeyboardEvent, step: 1 | -1): void {
  const item = (event.target as HTMLElement).closest('li')
  const next = step > 0 ? item?.nextElementSibling : item?.previousElementSibling
  next?.querySelector<HTMLElement>('a, button')?.focus()
}
