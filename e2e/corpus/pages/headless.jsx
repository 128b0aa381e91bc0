import './headless.css'
import { Button, Checkbox, Combobox, ComboboxInput, ComboboxOption, ComboboxOptions, Dialog, DialogPanel, DialogTitle, Disclosure, DisclosureButton, DisclosurePanel, Field, Input, Label, Listbox, ListboxButton, ListboxOption, ListboxOptions, Switch, Textarea } from '@headlessui/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const PEOPLE = ['Noor Haddad', 'Tomasz Wilk', 'Ingrid Dahl', 'Priya Nair']

function Leave() {
  const [kind, setKind] = useState('Holiday')
  const [who, setWho] = useState(null)
  const [query, setQuery] = useState('')
  const [half, setHalf] = useState(false)
  const [days, setDays] = useState('')
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState({})
  const [message, setMessage] = useState('')
  const [sent, setSent] = useState(null)
  const [open, setOpen] = useState(false)
  const [balance, setBalance] = useState('')
  const send = async (event) => {
    event.preventDefault(); setMessage('')
    if (!days) return setProblem({ days: 'How many days? We need a number.' })
    setProblem({})
    try { setSent(await post('/api/leave', { kind, days })) } catch (error) {
      if (error.answer.field) setProblem({ [error.answer.field]: error.message })
      else setMessage(error.message)
    }
  }
  if (sent) return <div className="max-w"><h1>Request {sent.number} is with Noor</h1><p>You will hear from her within two working days.</p></div>
  return (
    <div className="max-w">
      <h1>Ask for leave</h1>
      <form onSubmit={send} noValidate>
        <div className="field"><Listbox value={kind} onChange={setKind}><ListboxButton className="btn">{kind}</ListboxButton><ListboxOptions anchor="bottom start" className="menu">{['Holiday', 'Parental leave', 'Sick leave', 'Correction of an error'].map((each) => <ListboxOption key={each} value={each}>{each}</ListboxOption>)}</ListboxOptions></Listbox></div>
        <Field className="field"><Label>Days</Label><Input inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value)} aria-invalid={!!problem.days} />{problem.days && <p className="text-red-600 text-sm">{problem.days}</p>}</Field>
        <Field className="field"><Label>Stand-in</Label><Combobox value={who} onChange={setWho} onClose={() => setQuery('')}><ComboboxInput displayValue={(value) => value ?? ''} onChange={(event) => setQuery(event.target.value)} /><ComboboxOptions anchor="bottom start" className="menu">{PEOPLE.filter((name) => name.toLowerCase().includes(query.toLowerCase())).map((name) => <ComboboxOption key={name} value={name}>{name}</ComboboxOption>)}</ComboboxOptions></Combobox>{problem.who && <p className="text-red-600 text-sm">{problem.who}</p>}</Field>
        <Field className="field"><Label>Note</Label><Textarea value={note} onChange={(event) => setNote(event.target.value)} /></Field>
        <Field className="field"><Label>Half day</Label> <Switch className="switch" checked={half} onChange={setHalf}><span /></Switch></Field>
        {message && <div className="text-red-600">{message}</div>}
        <Button type="submit" className="btn bg-indigo-600">Send request</Button>
        <Button type="button" className="btn">Save as draft</Button>
        <Button type="button" className="btn" onClick={() => setOpen(true)}>See the policy</Button>
        <Button type="button" className="btn" onClick={async () => setBalance((await post('/api/balance')).text)}>Days left</Button>
      </form>
      {balance && <p>{balance}</p>}
      <div className="card" role="button" tabIndex={0}>Ask the people team</div>
      <Disclosure><DisclosureButton className="btn">Who decides?</DisclosureButton><DisclosurePanel>Your lead. If a request fails, you are told why.</DisclosurePanel></Disclosure>
      <Dialog open={open} onClose={() => setOpen(false)}><div className="overlay"><DialogPanel className="panel"><DialogTitle>Leave policy</DialogTitle><p>Requests shorter than two weeks' notice may be rejected.</p><Button className="btn" onClick={() => setOpen(false)}>Got it</Button></DialogPanel></div></Dialog>
    </div>
  )
}

createRoot(document.getElementById('root')).render(<Leave />)
