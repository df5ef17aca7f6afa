import type { Component } from 'vue'
import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import type { SearchResult } from '#shared/schemas/search'

/** One line of what was found. */
export type Entry = { key: string } & (
  | { kind: 'chat'; conversation: Conversation }
  | { kind: 'person'; person: User }
  | { kind: 'message'; result: SearchResult }
  | { kind: 'command'; icon: Component; label: string; run: () => void }
  /** Completes the filter that is being typed. */
  | { kind: 'value'; label: string; text: string; avatar: { id: string; name: string; url: string | null } }
)

export interface Section {
  title: string
  entries: Entry[]
}

/** The filter at the end of a text that is being typed: `from:an`, `in:"the te`. */
const UNFINISHED = /(?:^|\s)(from|in):(?:"([^"]*)|([^\s"]*))$/i

export function unfinishedFilter(typed: string): { name: 'from' | 'in'; value: string } | null {
  const [, name, quoted, value] = UNFINISHED.exec(typed) ?? []
  return name ? { name: name.toLowerCase() as 'from' | 'in', value: quoted ?? value ?? '' } : null
}

/** Completes the filter at the end of a text. A value with spaces is put in quotes. */
export function completeFilter(typed: string, value: string): string {
  const clean = value.replaceAll('"', '')
  const text = /\s/.test(clean) ? `"${clean}"` : clean
  return typed.replace(/(from|in):(?:"[^"]*|[^\s"]*)$/i, `$1:${text.replaceAll('$', '$$$$')} `)
}

/** Adds a filter to a text, or removes it. */
export function toggleFilter(typed: string, filter: string): string {
  const words = typed.split(/\s+/).filter(Boolean)
  const others = words.filter((word) => word.toLowerCase() !== filter)
  if (others.length < words.length) return others.join(' ')
  return [...words, filter].join(' ') + (filter.endsWith(':') ? '' : ' ')
}
