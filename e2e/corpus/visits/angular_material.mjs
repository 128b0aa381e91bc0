export default {
  title: 'Subscribers', page: 'angular.ts', body: '<app-root></app-root>', held: false,
  routes: () => ({
    'POST /api/subscribers': ({ n }) => [{ status: 409, json: { message: 'Already on that list' } }, { status: 500, json: { message: 'The list server is busy. Come back later.' } }, { json: {} }][n - 1],
    'POST /api/check': ({ n }) => ({ wait: 3300, json: { text: n === 1 ? '2 of 5 addresses are invalid' : 'All addresses answer' } }),
    'DELETE /api/list': { status: 403, json: { message: 'Only the owner can delete it' } },
  }),
  async play(v) {
    const email = v.page.getByLabel('Email')
    await v.click('Add subscriber', v.button('Add subscriber'), { flags: ['error_shown'], texts: ['Email is required'] })
    await v.type('Email', email, 'olga.mail', { flags: ['error_shown'], texts: ['Please enter a valid email'], wait: 1500, click: { wait: 400 }, why: 'the message comes with the first letter' })
    await v.click('Email', email, { n: 3, gap: 50, double: true, wait: 300, why: 'selects all' })
    await v.type('Email', null, 'olga@mail.test', { flags: ['retyped'] })
    await v.click('Add subscriber', v.button('Add subscriber'), { flags: ['error_after', 'error_shown'], texts: ['Already on that list'], wait: 4300 })
    await v.click('Import file', v.button('Import file'), { flags: ['dead'], wait: 3300, why: 'only the ripple' })
    await v.click('List', v.page.locator('mat-select'), { alt: ['News'], why: 'a list opens with an option about invalid addresses' })
    await v.click('News', v.role('option', 'News'))
    await v.click('They agreed', v.page.getByText('They agreed'), { as: 'change' })
    await v.click('Check addresses', v.button('Check addresses'), { flags: ['slow', 'wait'], texts: ['2 of 5 addresses are invalid'], wait: 4700, why: 'a result, not an error of this visit' })
    await v.click('Copy form code', v.button('Copy form code'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Add subscriber', v.button('Add subscriber'), { flags: ['error_after', 'error_shown'], texts: ['The list server is busy.'], wait: 4300 })
    await v.click('Delete list…', v.button('Delete list…'), { soft: ['Subscribers stay, the list goes.'] })
    await v.click('Delete list', v.button('Delete list'), { flags: ['error_after', 'error_shown'], texts: ['Only the owner can delete it'], wait: 4300 })
    await v.click('All', v.role('tab', 'All'))
    await v.click('Next page', v.page.getByLabel('Next page'), { n: 4, gap: 240, why: 'paging', soft: ['Eni'] })
    await v.click('Add', v.role('tab', 'Add'))
    await v.screen()
    await v.click('Add subscriber', v.button('Add subscriber'), { texts: ['Subscriber added'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Add subscriber', count: 4 }, { kind: 'saw_text', text: 'Subscriber added' }, { kind: 'saw_text', text: 'Already on that list' }, { kind: 'rage', text: 'Copy form code' }, { kind: 'dead', text: 'Import file' }, { kind: 'request_failed', text: '/api/subscribers', status: 409 })
    v.claim('false', { kind: 'rage', text: 'Next page' }, { kind: 'dead', text: 'Check addresses' }, { kind: 'request_failed', text: '/api/check' })
    v.claim('unknown', { kind: 'clicked', text: 'Export' }, { kind: 'saw_text', text: 'Import finished' })
    v.ends('success', 'a subscriber was added; the list could not be deleted')
  },
}
