// Connects Vercel's AI SDK to an MCP server over stdio several times; prints one JSON object about each connection.
// Usage: node ai_sdk.mjs TIMES COMMAND ARGUMENTS...
import { createMCPClient } from '@ai-sdk/mcp'
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio'

const [times, command, ...args] = process.argv.slice(2)

for (let time = 0; time < Number(times); time++) {
  const faults = []
  const client = await createMCPClient({
    transport: new StdioTransport({ command, args }),
    onUncaughtError: (error) => faults.push(String(error)),
  })
  const tools = await client.tools()
  const list = await tools['session-recordings-list'].execute(
    { date_from: '-7d', limit: 2 },
    { toolCallId: 'call', messages: [] },
  )
  const { protocolVersion } = client.initializeResult
  console.log(JSON.stringify({
    protocolVersion, tools: Object.keys(tools).length, rows: list.structuredContent.results.length, faults,
  }))
  await client.close()
}
