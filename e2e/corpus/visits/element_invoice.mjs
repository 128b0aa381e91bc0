export default {
  title: 'Invoices', page: 'element.js', held: false,
  routes: () => ({
    'POST /api/invoices': ({ n }) => (n === 1 ? { status: 422, wait: 400, json: { message: 'The amount is above your limit' } } : { wait: 500, json: { id: 2041 } }),
  }),
  async play(v) {
    const label = (name) => v.page.getByRole('textbox', { name })
    await v.click('When are reminders sent', v.button('When are reminders sent'), { texts: ['Reminders go out every Monday'], wait: 2000, why: 'a neutral note' })
    await v.click('Preview PDF', v.button('Preview PDF'), { flags: ['dead'], wait: 3300 })
    await v.click('Create', v.button('Create'), { flags: ['error_shown'], texts: ['Please input the customer'], soft: ['Please input an amount'], wait: 2000 })
    await v.type('Customer', label('Customer'), 'Contoso Ltd')
    await v.type('Amount', label('Amount'), '9000')
    await v.click('Create', v.button('Create'), { flags: ['error_after', 'error_shown'], texts: ['The amount is above your limit'], wait: 3600 })
    await v.screen()
    await v.retype('Amount', label('Amount'), '4800', { flags: ['retyped'] })
    await v.click('Create', v.button('Create'), { texts: ['Invoice 2041 has been created'], wait: 3000 })
    await v.click('Delete 2040', v.button('Delete 2040'), { soft: ['This will permanently delete the invoice.'] })
    await v.click('Cancel', v.button('Cancel'), { texts: ['Delete canceled'], wait: 2000, why: 'changed their mind' })
    await v.click('Archive', v.role('tab', 'Archive'), { soft: ['No data'], may: ['error_shown'], wait: 1600 })
    await v.click('Open', v.role('tab', 'Open'), { soft: ['Payment failed'], wait: 2500, why: 'a table holds words of errors' })
    v.claim('true', { kind: 'saw_text', text: 'has been created' }, { kind: 'clicked', text: 'Create', count: 3 }, { kind: 'dead', text: 'Preview PDF' })
    v.claim('false', { kind: 'dead', text: 'Archive' }, { kind: 'request_failed', text: '/api/invoices', status: 500 })
    v.claim('unknown', { kind: 'saw_text', text: 'Invoice deleted' })
    v.ends('success', 'the invoice was created after two refusals')
  },
}
