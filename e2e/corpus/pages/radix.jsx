import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Dialog, RadioGroup, Toast } from 'radix-ui'
import { post } from './post.js'

const css = 'body{font:15px/1.5 system-ui}.overlay{position:fixed;inset:0;background:#0006}.content{position:fixed;top:80px;left:300px;width:460px;background:#fff;padding:20px;border-radius:8px}.viewport{position:fixed;bottom:10px;right:10px;width:340px;list-style:none}.root{background:#fff;border:1px solid #ccc;padding:12px;border-radius:6px}.text-destructive{color:#dc2626}.text-muted-foreground{color:#666}button{padding:6px 12px}[role=radio]{width:18px;height:18px;border-radius:50%;border:1px solid #555;background:#fff}[role=radio][data-state=checked]{background:#111}'
const REASONS = ['It is too expensive', 'Something is missing', 'I only needed it once']
function App() {
  const [step, setStep] = useState(0), [open, setOpen] = useState(false), [reason, setReason] = useState(), [problem, setProblem] = useState(), [toast, setToast] = useState(), [ended, setEnded] = useState(false), [usage, setUsage] = useState()
  const say = (title, text, variant) => setToast({ title, text, variant })
  const end = async () => {
    if (!reason) return setProblem('Pick one so that we know what to improve.')
    setProblem()
    try { await post('/api/subscription/end'); setOpen(false); setEnded(true) } catch (error) { say('Uh oh!', error.message, 'destructive') }
  }
  const pause = async () => { try { await post('/api/subscription/pause') } catch (error) { say('Not possible', error.message, 'destructive') } }
  return <Toast.Provider duration={3500}><style>{css}</style><main style={{ maxWidth: 720, margin: '16px auto' }}><h1>Billing</h1>
    {ended ? <section><h2>Your plan ends on 1 June</h2><p className="text-muted-foreground">You can use everything until then. A confirmation is on its way to your inbox.</p><button>Restart plan</button></section>
      : <section><h2>Team plan</h2><p>12 per month. Next charge on 1 June.</p><p className="text-muted-foreground">Failed charges are tried again after three days.</p><button onClick={async () => setUsage((await post('/api/usage')).text)}>Show usage</button> <button onClick={pause}>Pause plan</button> <Dialog.Root open={open} onOpenChange={(now) => { setOpen(now); setStep(0) }}><Dialog.Trigger>Cancel plan</Dialog.Trigger><Dialog.Portal><Dialog.Overlay className="overlay" /><Dialog.Content className="content" aria-describedby={undefined}><Dialog.Title>{step ? 'Why are you leaving?' : 'Are you sure?'}</Dialog.Title>
        {!step ? <><p>Your team will lose access to 3 projects.</p><button onClick={() => { say('Good to know', 'We keep your data for 30 days.'); setStep(1) }}>Continue</button> <Dialog.Close>Keep my plan</Dialog.Close></>
          : <><RadioGroup.Root value={reason} onValueChange={setReason}>{REASONS.map((each, n) => <p key={each}><RadioGroup.Item value={each} id={`r${n}`} /> <label htmlFor={`r${n}`}>{each}</label></p>)}</RadioGroup.Root>{problem && <p className="text-sm text-destructive">{problem}</p>}<button onClick={end}>End subscription</button></>}
      </Dialog.Content></Dialog.Portal></Dialog.Root><p>{usage}</p></section>}</main>
    {toast && <Toast.Root key={toast.text} className={`root ${toast.variant ?? ''}`} onOpenChange={(now) => now || setToast()}><Toast.Title>{toast.title}</Toast.Title><Toast.Description>{toast.text}</Toast.Description></Toast.Root>}<Toast.Viewport className="viewport" /></Toast.Provider>
}
createRoot(document.getElementById('root')).render(<App />)
