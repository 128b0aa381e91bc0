export default {
  title: 'Members', page: 'antd.jsx', css: false, held: true,
  routes: () => ({
    'POST /api/refresh': { json: {} },
    'POST /api/invite': { status: 402, wait: 500, json: { message: 'All 5 seats of the Free plan are taken' } },
  }),
  async play(v) {
    const mail = v.page.getByLabel('Work mail')
    await v.click('Refresh', v.button('Refresh'), { texts: ['The list is up to date'], wait: 3400 })
    await v.click('Invite member', v.button('Invite member'), { wait: 1800 })
    await v.type('Work mail', mail, 'ole at work')
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_shown'], texts: ['Work mail is not a valid email'], wait: 2200 })
    await v.retype('Work mail', mail, 'ole@work.test', { flags: ['retyped'] })
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_after', 'error_shown'], texts: ['All 5 seats of the Free plan are taken'], wait: 4200 })
    await v.screen()
    await v.click('Not now', v.button('Not now'), { wait: 1600 })
    await v.click('Change plan', v.button('Change plan'), { flags: ['error_shown'], texts: ['Sorry, only the owner can change the plan.'], wait: 2600 })
    await v.click('Back to members', v.button('Back to members'), { soft: ['Invitation expired'], wait: 1800 })
    await v.click('Invite member', v.button('Invite member'), { wait: 1800 })
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_after', 'error_shown'], texts: ['All 5 seats of the Free plan are taken'], wait: 4200 })
    await v.click('Not now', v.button('Not now'), { wait: 3000, why: 'gives up' })
    v.claim('true', { kind: 'clicked', text: 'Send invitation', count: 3 }, { kind: 'saw_text', text: 'only the owner can change the plan' }, { kind: 'request_failed', text: '/api/invite', count: 2 })
    v.claim('false', { kind: 'dead', text: 'Not now' }, { kind: 'request_failed', text: '/api/refresh' })
    v.claim('unknown', { kind: 'saw_text', text: 'Invitation sent' })
    v.ends('failed', 'nobody could be invited: no seats, and no right to change the plan')
  },
}
