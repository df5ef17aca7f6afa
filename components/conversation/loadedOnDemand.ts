import { loadLinks } from '~/composables/useLinks'

/** Loads what most chats show as soon as their messages are there, while those are on their way. */
export function preloadBubbles(): Promise<unknown> {
  return Promise.allSettled([
    import('../message/MessageAttachments.vue'),
    import('../message/MessageMenu.vue'),
    import('../composer/ComposerAbout.vue'),
    import('../composer/ComposerNote.vue'),
    loadLinks(),
  ])
}

/**
 * Loads what a chat draws only on demand. Later it opens at once, also when the network is gone by then. What cannot be
 * loaded now is loaded when it is opened.
 */
export async function preloadParts(): Promise<void> {
  await Promise.allSettled([
    import('~/client/uploads/uploadRun'),
    import('~/client/voice/recorder'),
    import('../common/CommonConfirm.vue'),
    import('../common/CommonTooltip.vue'),
    import('../composer/ComposerBlocked.vue'),
    import('../composer/ComposerSendDialog.vue'),
    import('../details/DetailsPanel.vue'),
    import('../file/FileDropOverlay.vue'),
    import('../file/FileFolderDialog.vue'),
    import('../file/pictureCheck'),
    import('../lightbox/LightboxDialog.vue'),
    import('../message/MessageFailed.vue'),
    import('../message/MessageMentionJump.vue'),
    import('../message/MessagePinBar.vue'),
    import('../message/MessageSelectionBar.vue'),
    import('../search/SearchInChat.vue'),
    import('../voice/VoicePlayerBar.vue'),
    import('../voice/VoiceRecorderBar.vue'),
    import('./ConversationNewDialog.vue'),
  ])
}
