import { Button, Checkbox, Dialog, DialogDismiss, DialogHeading, Disclosure, DisclosureContent, DisclosureProvider, Form, FormError, FormInput, FormLabel, FormProvider, FormSubmit, MenuButton, Menu, MenuItem, MenuProvider, useFormStore, VisuallyHidden } from '@ariakit/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const css = '*{box-sizing:border-box}body{font:16px/1.5 system-ui;max-width:600px;margin:16px auto}button,[role=menuitem]{padding:6px 12px;margin:0 6px 6px 0}[data-active-item]{background:#def}[data-focus-visible]{outline:3px solid #06c}.menu,.dialog{background:#fff;border:1px solid #999;padding:10px}.dialog{position:fixed;inset:20% 30%}.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)}.state{min-height:1.5em}'

function Library() {
  const form = useFormStore({ defaultValues: { card: '', pin: '' } })
  const [signed, setSigned] = useState(false)
  const [state, setState] = useState('')
  const [heard, setHeard] = useState('')
  const [open, setOpen] = useState(false)
  form.useValidate(() => { if (!/^\d{6}$/.test(form.getValue('card'))) form.setError('card', 'A card number has six digits') })
  form.useSubmit(async ({ values }) => {
    try { await post('/api/sign-in', values); setSigned(true); setHeard('Signed in') } catch (error) { form.setError('pin', error.message) }
  })
  const renew = async () => { setHeard('Renewing, please wait'); setState(''); try { setState((await post('/api/renew')).text) } catch (error) { setState(error.message) } setHeard('') }
  return (
    <main><style>{css}</style><h1>City library</h1><div className="sr" aria-live="polite">{heard}</div>
      {!signed ? (
        <Form store={form} aria-label="Sign in"><div><FormLabel name="card">Library card</FormLabel> <FormInput name="card" /> <FormError name="card" /></div><div><FormLabel name="pin">PIN</FormLabel> <FormInput name="pin" type="password" /> <FormError name="pin" /></div><FormSubmit>Sign in</FormSubmit><Button>Forgot PIN</Button></Form>
      ) : (
        <div><h2>Your loans</h2><p>The Error of Our Ways, due on Friday</p><Button onClick={renew}>Renew</Button><Button onClick={() => setOpen(true)}>Reserve</Button><Button>Suggest a purchase</Button>
          <MenuProvider><MenuButton>Account</MenuButton><Menu className="menu" gutter={4}><MenuItem onClick={() => post('/api/fees').catch((error) => setState(error.message))}>Pay fees</MenuItem><MenuItem>History</MenuItem></Menu></MenuProvider>
          <label><Checkbox /> Remind me by mail</label><p className="state" role="status">{state}</p>
          <DisclosureProvider><Disclosure>Opening hours</Disclosure><DisclosureContent>Weekdays 10 to 19. Closed on Sunday.</DisclosureContent></DisclosureProvider></div>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} className="dialog" backdrop={false}><DialogHeading>Reserve</DialogHeading><p>Two people wait before you.</p><Button onClick={async () => { const { text } = await post('/api/reserve'); setOpen(false); setState(text) }}>Reserve anyway</Button><DialogDismiss>Never mind</DialogDismiss></Dialog>
      <VisuallyHidden>End of page</VisuallyHidden>
    </main>
  )
}
createRoot(document.getElementById('root')).render(<Library />)
