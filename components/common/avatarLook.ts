import { firstGrapheme } from '#shared/domain/text/graphemes'

/** The initials of a name: one or two whole characters, so that an emoji or an accent is never cut. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = firstGrapheme(words[0] ?? '')
  const last = words.length > 1 ? firstGrapheme(words[words.length - 1] ?? '') : ''
  return (first + last).toLocaleUpperCase() || '?'
}
