import { findUser } from '../../repositories/users'
import { LETTERS } from './letters'
import { canSendMail, sendMail } from './sendMail'

type Notice = 'newDevice' | 'passwordChanged' | 'factorOn' | 'factorOff'

/**
 * Mails somebody what has happened to their account, soon. An address that they have not confirmed gets nothing: it may be a
 * stranger's.
 */
export function sendNotice(userId: string, notice: Notice): void {
  if (!canSendMail()) return
  const at = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`
  // Without the database there is no address. The change itself is in the log.
  void findUser(userId).then(
    (user) => {
      if (!user || user.emailVerifiedAt === null) return
      const letter = LETTERS[user.language ?? 'en'][notice]({ username: user.username, at })
      sendMail({ kind: notice, to: user.email, ...letter })
    },
    () => {},
  )
}
