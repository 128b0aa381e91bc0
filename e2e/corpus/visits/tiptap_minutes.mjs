export default {
  title: 'Minutes', page: 'note.js', css: false, held: false,
  routes: () => ({
    'POST /api/draft': ({ n }) => (n === 2 ? { status: 500, json: { message: 'the disk is full' } } : { json: {} }),
    'POST /api/publish': ({ n }) => (n === 1 ? { status: 409, json: { message: 'A co-author is still writing.' } } : { json: {} }),
    'POST /api/invite': ({ n }) => (n === 1 ? { status: 400, json: { message: 'That reader has no account' } } : { json: {} }),
  }),
  async play(v) {
    const editor = v.page.locator('.ProseMirror')
    await v.click(null, editor, { wait: 300, why: 'into the text' })
    await v.did('typing', null, () => v.page.keyboard.type('Oskar, Wilma and Jorinde', { delay: 50 }), { chars: 0, optional: true, why: 'a rich text field', wait: 2400 })
    v.secrets.push('Wilma and Jorinde')
    v.sees('All changes saved', { soft: true })
    await v.click('Bold', v.page.getByLabel('Bold'), {})
    await v.click('Read aloud', v.button('Read aloud'), { flags: ['dead'], wait: 3300 })
    await v.click(null, editor, { wait: 300, why: 'into the text' })
    await v.did('typing', null, () => v.page.keyboard.type(' and the treasurer', { delay: 50 }), { chars: 0, optional: true, flags: ['error_after', 'error_shown'], texts: ['Not saved: the disk is full'], wait: 2600 })
    await v.click('Publishing rules', v.page.getByText('Publishing rules'), { soft: ['Minutes with errors are sent back.'], why: 'native details' })
    await v.click('Versions', v.button('Versions'), { why: 'native popover' })
    await v.key(null, 'Escape', { optional: true, wait: 900 })
    await v.click('Publish minutes', v.button('Publish minutes'), { flags: ['error_after'], may: ['error_shown'], wait: 2600, why: 'alert()' })
    await v.click('Invite reader', v.button('Invite reader'), { soft: ['Invite a reader'] })
    await v.type("Reader's e-mail", v.page.locator('#reader'), 'henk@board.test')
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_after', 'error_shown'], texts: ['That reader has no account'], wait: 2200 })
    await v.click('Send invitation', v.button('Send invitation'), { texts: ['Invitation sent'], wait: 2200 })
    await v.screen()
    await v.type('Comment', v.page.locator('#text'), 'Please correct item four')
    await v.click('Add comment', v.button('Add comment'), { soft: ['I could not attend, sorry.'], wait: 3200, why: 'the comment stands there; someone writes that they could not come' })
    await v.click('Read aloud', v.button('Read aloud'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Publish minutes', v.button('Publish minutes'), { texts: ['Minutes published'], soft: ['Everyone on the board has been told.'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Publish minutes', count: 2 }, { kind: 'saw_text', text: 'Minutes published' }, { kind: 'saw_text', text: 'That reader has no account' }, { kind: 'rage', text: 'Read aloud' }, { kind: 'request_failed', text: '/api/publish', status: 409 })
    v.claim('false', { kind: 'dead', text: 'Versions' }, { kind: 'dead', text: 'Publish minutes' }, { kind: 'rage', text: 'Send invitation' })
    v.claim('unknown', { kind: 'clicked', text: 'Delete minutes' }, { kind: 'visited', text: '/archive' })
    v.ends('success', 'published at the second try')
  },
}
