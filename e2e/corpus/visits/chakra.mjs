export default {
  title: 'Account settings', page: 'chakra.jsx', css: false, held: true,
  routes: () => ({
    'POST /api/profile': ({ n }) => (n === 1 ? { status: 500, json: { message: 'The profile service did not answer' } } : { wait: n === 2 ? 3200 : 80, json: {} }),
    'POST /api/usage': { wait: 3600, json: { text: '41 of 120 jobs failed this month; 8 GB stored' } },
    'DELETE /api/account': { status: 409, json: { message: 'Pay the open invoice before you delete the account' } },
  }),
  async play(v) {
    await v.click('Save profile', v.button('Save profile'), { flags: ['error_shown'], texts: ['Enter an address with an @ sign'] })
    await v.type('Work email', v.page.getByLabel('Work email'), 'linnea@studio.test')
    await v.click('Save profile', v.button('Save profile'), { flags: ['error_after', 'error_shown'], texts: ['The profile service did not answer'], wait: 4500 })
    await v.click('Preview profile', v.button('Preview profile'), { flags: ['dead'], wait: 3300, why: 'only the clock in the corner goes on' })
    await v.click('Copy profile link', v.page.getByLabel('Copy profile link'), { flags: ['dead'], wait: 3300 })
    await v.click('Send me the weekly digest', v.page.getByText('Send me the weekly digest'), { as: 'change' })
    await v.click('Show usage', v.button('Show usage'), { flags: ['slow', 'wait'], wait: 5000, texts: ['41 of 120 jobs failed this month'], why: 'a count, not an error of this visit' })
    await v.click('Save profile', v.button('Save profile'), { flags: ['slow', 'wait'], wait: 5200, texts: ['Profile saved'] })
    await v.screen()
    await v.click('Contact billing', v.button('Contact billing'), { flags: ['rage'], may: ['dead'], n: 5, gap: 150, wait: 3200 })
    await v.click('Change photo', v.page.getByText('Change photo'), { flags: ['rage'], may: ['dead'], n: 3, gap: 240, wait: 3300, why: 'a span that looks like a button; the clock in the corner goes on' })
    await v.click('Show usage', v.button('Show usage'), { flags: ['slow', 'wait'], wait: 5000, texts: ['41 of 120 jobs failed this month'] })
    await v.click('Two-step login', v.button('Two-step login'), { flags: ['dead'], wait: 3300 })
    await v.click('Danger zone', v.button('Danger zone'))
    await v.click('Delete account', v.role('menuitem', 'Delete account'), { soft: ['All 3 workspaces go with it.'] })
    await v.click('Delete for good', v.button('Delete for good'), { flags: ['error_after', 'error_shown'], texts: ['Pay the open invoice before you delete the account'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Save profile', count: 3 }, { kind: 'saw_text', text: 'Profile saved' }, { kind: 'rage', text: 'Contact billing' }, { kind: 'dead', text: 'Preview profile' }, { kind: 'request_failed', text: '/api/account', status: 409 }, { kind: 'saw_text', text: 'Pay the open invoice' })
    v.claim('false', { kind: 'dead', text: 'Show usage' }, { kind: 'rage', text: 'Save profile' }, { kind: 'request_failed', text: '/api/usage' }, { kind: 'clicked', text: 'Danger zone', count: 3 })
    v.claim('unknown', { kind: 'clicked', text: 'Upgrade' }, { kind: 'visited', text: '/billing' }, { kind: 'saw_text', text: 'Your trial ends' })
    v.ends(['success', 'not shown'], 'the profile was saved at the second try; deletion was refused')
  },
}
