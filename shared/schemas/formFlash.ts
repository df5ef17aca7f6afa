import { z } from 'zod'
import { ISSUE_CODES } from '../errors'

export const formFlashSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** Seconds, when the form may not be sent again at once. */
  retryAfter: z.number().optional(),
  values: z.record(z.string(), z.string()),
  issues: z.array(
    z.object({
      path: z.array(z.union([z.string(), z.number()])),
      code: z.enum(ISSUE_CODES),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      message: z.string(),
    }),
  ),
})

/** A refused form that was sent without JavaScript: what was typed, without passwords, and what is wrong with it. */
export type FormFlash = z.infer<typeof formFlashSchema>
