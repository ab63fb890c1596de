"""The colours of every picture: paper, ink, indigo for what flows, vermilion for loss, moss for better, ochre for unproven.

The pages have the same colours as custom properties in `web/static`; a picture must carry its own. Text colours reach
a contrast of 4.5 : 1 on `SHEET`, `PAPER` and their own wash (WCAG 2.2 AA); `MUTE` and `RULE` are for lines only.
"""

PAPER = "#fbfaf6"
SHEET = "#ffffff"
INK = "#1f2226"
INK_2 = "#5d6470"
INK_3 = "#646b76"
MUTE = "#858c97"
RULE = "#e7e4dc"
AI = "#1d4e79"
AI_2 = "#4f86b6"
AI_WASH = "#e8f0f6"
SHU = "#b83b22"
SHU_WASH = "#fbece7"
KOKE = "#416b34"
KOKE_WASH = "#ebf2e6"
KIN = "#80590a"
KIN_WASH = "#f8f1dd"
