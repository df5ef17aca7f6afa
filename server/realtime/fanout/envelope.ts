import { z } from 'zod'
import type { FanoutMessage } from './types'

/**
 * A message between tasks. As text it is a line of JSON, then the event unchanged, which is neither escaped nor parsed.
 */
export interface Envelope {
  /** The task that published it. */
  task: string
  /** That task's own number for it. */
  number: number
  /** Null: a heartbeat. */
  message: FanoutMessage | null
}

const ids = z.array(z.string())
const schema = z.object({
  task: z.string(),
  number: z.int(),
  message: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('event'),
        to: z.union([z.object({ conversationId: z.string() }), z.object({ userIds: ids })]),
        except: z.string().optional(),
        reader: z.string().optional(),
        step: z
          .object({
            conversationId: z.string(),
            rev: z.int(),
            end: z.object({ seq: z.int(), id: z.string(), at: z.string() }).optional(),
          })
          .optional(),
      }),
      z.object({ kind: z.literal('joined'), conversationId: z.string(), userIds: ids }),
      z.object({ kind: z.literal('left'), conversationId: z.string(), userIds: ids }),
      z.object({ kind: z.literal('changed'), conversationId: z.string() }),
      z.object({ kind: z.literal('sessionsEnded'), sessionIds: ids }),
      z.object({
        kind: z.literal('presence'),
        userId: z.string(),
        online: z.boolean(),
        lastSeenAt: z.string().nullable(),
      }),
      z.object({ kind: z.literal('visibility'), userIds: ids }),
      z.object({ kind: z.literal('missed') }),
    ])
    .nullable(),
})

/** The text of an envelope. */
export function seal({ task, number, message }: Envelope): string {
  if (message?.kind !== 'event') return JSON.stringify({ task, number, message })
  const { event, ...rest } = message
  return `${JSON.stringify({ task, number, message: rest })}\n${event}`
}

/** The envelope of a text. Null: this version does not know its format, for example while a newer one is rolled out. */
export function unseal(text: string): Envelope | null {
  const end = text.indexOf('\n')
  const parsed = schema.safeParse(parseLine(end < 0 ? text : text.slice(0, end)))
  if (!parsed.success) return null
  const { message, ...rest } = parsed.data
  if (message?.kind !== 'event') return { ...rest, message }
  return { ...rest, message: { ...message, event: text.slice(end + 1) } }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
