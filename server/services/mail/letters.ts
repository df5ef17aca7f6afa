import type { Language } from '#shared/domain/languages'

interface Letter {
  subject: string
  text: string
}

/**
 * The mails that this server writes. They name accounts by their usernames only: a name that somebody chose for themselves
 * could be an advertisement that reaches a stranger's mailbox.
 */
interface Letters {
  reset(about: { username: string; link: string }): Letter
  verify(about: { username: string; link: string }): Letter
}

export const LETTERS: Record<Language, Letters> = {
  en: {
    reset: ({ username, link }) => ({
      subject: 'Choose a new password for WebChat',
      text: `Somebody has asked for a new password for the account @${username}.

Open this link within an hour to choose one. It works once:

${link}

If that was not you, ignore this mail. Your password stays as it is.`,
    }),
    verify: ({ username, link }) => ({
      subject: 'Confirm your email for WebChat',
      text: `The account @${username} was made with this address.

Open this link within a day to confirm that the address is yours. It works once:

${link}

If that was not you, ignore this mail.`,
    }),
  },
  vi: {
    reset: ({ username, link }) => ({
      subject: 'Đặt mật khẩu mới cho WebChat',
      text: `Có người vừa yêu cầu đặt mật khẩu mới cho tài khoản @${username}.

Hãy mở liên kết này trong vòng một giờ để đặt mật khẩu mới. Liên kết chỉ dùng được một lần:

${link}

Nếu không phải bạn yêu cầu, hãy bỏ qua thư này. Mật khẩu của bạn vẫn giữ nguyên.`,
    }),
    verify: ({ username, link }) => ({
      subject: 'Xác nhận email của bạn cho WebChat',
      text: `Tài khoản @${username} vừa được tạo với địa chỉ này.

Hãy mở liên kết này trong vòng một ngày để xác nhận đây là địa chỉ của bạn. Liên kết chỉ dùng được một lần:

${link}

Nếu không phải bạn, hãy bỏ qua thư này.`,
    }),
  },
}
