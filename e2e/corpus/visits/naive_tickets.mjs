export default {
  title: 'Service desk', page: 'naive.js', css: false, held: false,
  routes: () => ({
    'POST /api/tickets': ({ n }) => (n === 1 ? { status: 503, json: { message: 'The desk is being moved. Come back in a minute.' } } : { json: { id: 314 } }),
    'DELETE /api/tickets/312': { status: 403, json: { message: 'Security tickets can be closed by their owner only.' } },
    'DELETE /api/tickets/313': { json: {} },
    'POST /api/forecast': { wait: 3400, json: { text: '2 of 9 tickets will be late' } },
  }),
  async play(v) {
    await v.click('Merge duplicates', v.button('Merge duplicates'), { flags: ['dead'], wait: 3300, why: 'only the wave around the button' })
    await v.click('Forecast', v.button('Forecast'), { flags: ['slow', 'wait'], wait: 5000, texts: ['2 of 9 tickets will be late'], why: 'a skeleton at once, the text after 3.4 s' })
    await v.click('Assign all', v.page.getByText('Assign all'), { may: ['dead'], optional: true, why: 'disabled' })
    await v.click('Open a ticket', v.button('Open a ticket'), { soft: ['New ticket'] })
    await v.click('Create ticket', v.button('Create ticket'), { flags: ['error_shown'], texts: ['Say what it is about', 'Pick who looks after it'] })
    await v.type('Subject', v.page.getByPlaceholder('Subject'), 'Desk lamp flickers')
    await v.click('Owner', v.page.locator('.n-base-selection'), { alt: ['Ada', 'Pick who', 'Select'], may: [] })
    await v.click('Bo', v.page.locator('.n-base-select-option').getByText('Bo'), {})
    await v.click(null, v.page.locator('.n-input-number button').last(), { n: 4, gap: 220, why: 'the stepper of hours' })
    await v.click('Create ticket', v.button('Create ticket'), { flags: ['error_after', 'error_shown'], texts: ['The desk is being moved'], wait: 3000 })
    await v.click('Create ticket', v.button('Create ticket'), { texts: ['It has the number 314'], soft: ['Ticket opened'], wait: 4200 })
    await v.screen()
    await v.click('Print queue', v.button('Print queue'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Settings', v.page.getByText('Settings', { exact: true }), { soft: ['Errors of the mail gateway are sent to the administrators.'], why: 'a tab whose help speaks of errors' })
    await v.click('Mail me', v.page.locator('.n-switch'), { why: 'goes on' })
    await v.click('Queue', v.page.getByText('Queue', { exact: true }), {})
    await v.click('Close 312', v.button('Close 312'), { soft: ['Close this ticket?'] })
    await v.click('Yes, close', v.button('Yes, close'), { flags: ['error_after', 'error_shown'], texts: ['Security tickets can be closed by their owner only.'], wait: 2200 })
    await v.click('Understood', v.button('Understood'), {})
    await v.click('Close 313', v.button('Close 313'), {})
    await v.click('Yes, close', v.page.locator('.n-popconfirm:visible').getByText('Yes, close'), { texts: ['Ticket closed'], wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Create ticket', count: 3 }, { kind: 'saw_text', text: 'It has the number 314' }, { kind: 'dead', text: 'Merge duplicates' }, { kind: 'rage', text: 'Print queue' }, { kind: 'request_failed', text: '/api/tickets', status: 503 }, { kind: 'saw_text', text: 'Ticket closed' })
    v.claim('false', { kind: 'dead', text: 'Forecast' }, { kind: 'rage', text: 'Create ticket' }, { kind: 'request_failed', text: '/api/forecast' }, { kind: 'clicked', text: 'Forecast', count: 3 })
    v.claim('unknown', { kind: 'clicked', text: 'Escalate' }, { kind: 'saw_text', text: 'Ticket reopened' })
    v.ends('success', 'a ticket was opened and another closed, both said so; one refusal was accepted')
  },
}
