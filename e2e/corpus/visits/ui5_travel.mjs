export default {
  title: 'Travel expenses', page: 'ui5.js', css: false, held: false,
  routes: () => ({
    'POST /api/expenses': ({ n }) => (n === 1 ? { status: 502, json: { message: 'The accounting system is offline' } } : { wait: 300, json: {} }),
    'POST /api/rate': { wait: 3200, json: { text: '1 EUR = 1.08 USD' } },
    'DELETE /api/report': { status: 403, json: { message: 'Reports older than a month stay' } },
  }),
  async play(v) {
    await v.click('Rules of reimbursement', v.page.getByText('Rules of reimbursement'), { soft: ['Missing receipts lead to rejection.'], why: 'a panel opens; its text is a rule' })
    await v.click('Submit expenses', v.page.locator('#file'), { flags: ['error_shown'], texts: ['Where have you been?'], wait: 1800 })
    await v.type('City', null, 'Trieste', {})
    await v.click('Nights', v.page.locator('#nights ui5-icon, #nights .ui5-step-icon').last(), { n: 4, gap: 220, alt: ['increase', 'Increase'], why: 'plus' })
    await v.click('Scan receipt', v.page.locator('#scan'), { flags: ['dead'], wait: 3300 })
    await v.click('Cost centre', v.page.locator('#cost'), { alt: ['Sales'] })
    await v.click('Research', v.page.locator('ui5-option').getByText('Research'), {})
    await v.click('Exchange rate', v.page.locator('#rate'), { flags: ['slow'], texts: ['1 EUR = 1.08 USD'], wait: 4700 })
    await v.click('Advance payment', v.page.locator('#adv'), { as: 'change' })
    await v.click('Submit expenses', v.page.locator('#file'), { flags: ['error_after', 'error_shown'], texts: ['The accounting system is offline'], wait: 3000 })
    await v.click('Scan receipt', v.page.locator('#scan'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.screen()
    await v.click('Delete report', v.page.locator('#drop'), { soft: ['All receipts go with it.'] })
    await v.click('Delete it', v.page.locator('#yes'), { flags: ['error_after', 'error_shown'], texts: ['Reports older than a month stay'], wait: 2600 })
    await v.click('Submit expenses', v.page.locator('#file'), { texts: ['Expenses submitted'], wait: 3600 })
    v.claim('true', { kind: 'clicked', text: 'Submit expenses', count: 3 }, { kind: 'saw_text', text: 'Expenses submitted' }, { kind: 'saw_text', text: 'The accounting system is offline' }, { kind: 'rage', text: 'Scan receipt' }, { kind: 'dead', text: 'Scan receipt' })
    v.claim('false', { kind: 'dead', text: 'Exchange rate' }, { kind: 'rage', text: 'Submit expenses' }, { kind: 'request_failed', text: '/api/rate' })
    v.claim('unknown', { kind: 'clicked', text: 'Export' }, { kind: 'saw_text', text: 'Report deleted' })
    v.ends('success', 'submitted in the end')
  },
}
