import { inlineOf, type Run } from './inline'

export type { Run }

/** A part of a formatted text. */
export type Block =
  | { kind: 'text'; runs: Run[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; items: Item[] }
  | { kind: 'code'; language: string; text: string }

interface Item {
  /** A number with its point, as it was typed. Empty: it has a dot. */
  marker: string
  /** How deep it is indented, from 0. */
  level: number
  runs: Run[]
}

/** Quotes within quotes, and list items within items. What is deeper stays at this depth. */
const MAX_DEPTH = 4
const FENCE = /^(`{3,})([^\s`]{0,24})\s*$/
const FENCE_END = /^`{3,}\s*$/
const QUOTE = /^>(?: |$)/
const ITEM = /^( *)(?:[-*+•]|(\d{1,9}[.)]))[ \t]+(?=\S)/

/**
 * Splits a text into blocks, line by line, as people type in a chat: a quote and a list end with the line that does not
 * begin like them. Other lines keep their spaces and line breaks.
 */
export function blocksOf(text: string): Block[] {
  return blocksIn(text.split('\n'), 0)
}

function blocksIn(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = []
  const lastFence = lines.findLastIndex((line) => FENCE_END.test(line))
  let plain: string[] = []
  function endText() {
    if (plain.length > 0) blocks.push({ kind: 'text', runs: inlineOf(plain.join('\n')) })
    plain = []
  }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const fence = at < lastFence ? FENCE.exec(line) : null
    if (fence) {
      endText()
      const end = endOf(lines, at + 1, (next) => FENCE_END.test(next))
      blocks.push({ kind: 'code', language: fence[2]!.toLowerCase(), text: lines.slice(at + 1, end).join('\n') })
      at = end
    } else if (QUOTE.test(line) && line.trim() !== '>') {
      endText()
      const end = endOf(lines, at, (next) => !QUOTE.test(next))
      const inner = lines.slice(at, end).map((quoted) => quoted.slice(2))
      blocks.push(
        depth < MAX_DEPTH
          ? { kind: 'quote', blocks: blocksIn(inner, depth + 1) }
          : { kind: 'text', runs: [{ kind: 'text', text: inner.join('\n') }] },
      )
      at = end - 1
    } else if (ITEM.test(line)) {
      endText()
      const end = endOf(lines, at, (next) => !ITEM.test(next))
      blocks.push({ kind: 'list', items: lines.slice(at, end).map(itemOf) })
      at = end - 1
    } else plain.push(line)
  }
  endText()
  return blocks
}

/** The first line from `from` that `ends`, or the number of lines. */
function endOf(lines: readonly string[], from: number, ends: (line: string) => boolean): number {
  let at = from
  while (at < lines.length && !ends(lines[at]!)) at++
  return at
}

function itemOf(line: string): Item {
  const [whole, indent, marker = ''] = ITEM.exec(line)!
  return { marker, level: Math.min(MAX_DEPTH, indent!.length >> 1), runs: inlineOf(line.slice(whole.length)) }
}
