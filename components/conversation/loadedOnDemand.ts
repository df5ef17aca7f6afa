/** Loads what every chat mounts as soon as it is there. */
export function preloadMenus(): Promise<unknown> {
  return import('../message/MessageMenu.vue')
}

/**
 * Loads what a chat draws only on demand. Later it opens at once, also when the network is gone by then. What cannot be
 * loaded now is loaded when it is opened.
 */
export async function preloadParts(): Promise<void> {
  await Promise.allSettled([
    import('../common/CommonConfirm.vue'),
    import('../composer/ComposerSendDialog.vue'),
    import('../details/DetailsPanel.vue'),
    import('../file/FileFolderDialog.vue'),
    import('../lightbox/LightboxDialog.vue'),
    import('../message/MessagePinBar.vue'),
    import('./ConversationNewDialog.vue'),
  ])
}
