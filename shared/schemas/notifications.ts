import { z } from 'zod'
import { isTimeZone, type QuietHours } from '../domain/quietHours'

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'This is not a time, such as 22:00.')

const quietHours = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    zone: z.string().max(64).refine(isTimeZone, 'This is not a time zone.'),
  })
  .refine(({ from, to }) => from !== to, { error: 'They must end at another time.', path: ['to'] })

export const notificationSettingsInput = z.strictObject({
  sounds: z.boolean().optional(),
  /** Whether a push has the text of a message. Without it, it only says that there is one. */
  pushText: z.boolean().optional(),
  /** Null: there are none. */
  quietHours: quietHours.nullable().optional(),
})

export type NotificationSettingsInput = z.infer<typeof notificationSettingsInput>

/** How a person is told of messages, on all devices and in all chats. */
export interface NotificationSettings {
  sounds: boolean
  pushText: boolean
  quietHours: QuietHours | null
}

export const DEFAULT_NOTIFICATIONS: NotificationSettings = { sounds: true, pushText: true, quietHours: null }
