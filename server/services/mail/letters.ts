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
  newDevice(about: Change): Letter
  passwordChanged(about: Change): Letter
  factorOn(about: Change): Letter
  factorOff(about: Change): Letter
}

/** What has happened to an account. `at` is a time in words. */
interface Change {
  username: string
  at: string
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
    newDevice: ({ username, at }) => ({
      subject: 'New device in your WebChat account',
      text: `At ${at}, somebody signed in to the account @${username} with a browser that it was not used in before.

If that was you, there is nothing to do.

If not, sign in, choose a new password in the settings, and sign out all other devices there.`,
    }),
    passwordChanged: ({ username, at }) => ({
      subject: 'Your WebChat password was changed',
      text: `At ${at}, the password of the account @${username} was changed. All other devices were signed out.

If that was not you, ask for a new password on the page where you sign in, or tell whoever runs this server.`,
    }),
    factorOn: ({ username, at }) => ({
      subject: 'Second factor turned on in your WebChat account',
      text: `At ${at}, a second factor was turned on for the account @${username}. Signing in now takes a code.

If that was not you, tell whoever runs this server.`,
    }),
    factorOff: ({ username, at }) => ({
      subject: 'Second factor turned off in your WebChat account',
      text: `At ${at}, the second factor of the account @${username} was turned off. Signing in now takes only the password.

If that was not you, choose a new password in the settings, or tell whoever runs this server.`,
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
    newDevice: ({ username, at }) => ({
      subject: 'Thiết bị mới trong tài khoản WebChat của bạn',
      text: `Lúc ${at}, có người đã đăng nhập vào tài khoản @${username} bằng một trình duyệt chưa từng dùng với tài khoản này.

Nếu đó là bạn, bạn không cần làm gì.

Nếu không phải, hãy đăng nhập, đổi mật khẩu trong phần cài đặt và đăng xuất mọi thiết bị khác tại đó.`,
    }),
    passwordChanged: ({ username, at }) => ({
      subject: 'Mật khẩu WebChat của bạn đã được đổi',
      text: `Lúc ${at}, mật khẩu của tài khoản @${username} đã được đổi. Mọi thiết bị khác đã bị đăng xuất.

Nếu không phải bạn, hãy yêu cầu mật khẩu mới ở trang đăng nhập hoặc báo cho người quản lý máy chủ này.`,
    }),
    factorOn: ({ username, at }) => ({
      subject: 'Đã bật xác thực hai lớp cho tài khoản WebChat của bạn',
      text: `Lúc ${at}, xác thực hai lớp đã được bật cho tài khoản @${username}. Từ nay cần có mã khi đăng nhập.

Nếu không phải bạn, hãy báo cho người quản lý máy chủ này.`,
    }),
    factorOff: ({ username, at }) => ({
      subject: 'Đã tắt xác thực hai lớp của tài khoản WebChat của bạn',
      text: `Lúc ${at}, xác thực hai lớp của tài khoản @${username} đã bị tắt. Từ nay chỉ cần mật khẩu khi đăng nhập.

Nếu không phải bạn, hãy đổi mật khẩu trong phần cài đặt hoặc báo cho người quản lý máy chủ này.`,
    }),
  },
}
