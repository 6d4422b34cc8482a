"""What readers share: text and numbers as programs wrote them, and native libraries behind a wall."""
