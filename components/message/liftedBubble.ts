/** A bubble that is lifted over the chat: where its copy is on the screen, in pixels. */
export interface LiftedBubble {
  element: HTMLElement
  top: number
  left: number
  width: number
  height: number
  /** Where the reactions above it begin. */
  reactionsLeft: number
}

const REACTIONS_WIDTH = 304
const REACTIONS_HEIGHT = 64
const MARGIN = 8
/** The part of the screen that a bubble may take. */
const MAX_PART = 0.4

/**
 * Finds the position for a lifted bubble, which leaves room for the reactions above it and the menu below it.
 * @param menuHeight pixels that the menu needs
 */
export function liftBubble(element: HTMLElement, menuHeight: number): LiftedBubble {
  const { top, left, width, height } = element.getBoundingClientRect()
  const shown = Math.min(height, window.innerHeight * MAX_PART)
  const lowest = window.innerHeight - shown - menuHeight - MARGIN
  return {
    element,
    top: Math.max(REACTIONS_HEIGHT + MARGIN, Math.min(top, lowest)),
    left,
    width,
    height: shown,
    reactionsLeft: Math.max(MARGIN, Math.min(left, window.innerWidth - REACTIONS_WIDTH - MARGIN)),
  }
}
